"""The words of SHACL, so that a misspelt one is noticed: an engine passes over what it does not know in silence."""

from difflib import get_close_matches

# What a shapes graph may hold: SHACL Core, SHACL-SPARQL, and a report, which tests keep beside their shapes.
_KNOWN = """
    and class closed datatype deactivated declare defaultValue description detail disjoint entailment equals flags
    focusNode group hasValue ignoredProperties in inversePath alternativePath zeroOrMorePath oneOrMorePath
    zeroOrOnePath languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount
    minExclusive minInclusive minLength name namespace node nodeKind nodeValidator not optional or order parameter
    path pattern prefix prefixes property propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
    qualifiedValueShapesDisjoint result resultMessage resultPath resultSeverity select ask severity shapesGraph
    shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape sparql suggestedShapesGraph
    targetClass targetNode targetObjectsOf targetSubjectsOf uniqueLang validator value conforms xone labelTemplate
    annotationProperty annotationValue annotationVarName resultAnnotation"""
# SHACL Advanced Features and SHACL-JS: nothing here runs them, so a rule that relies on one must not look alive.
_NOT_RUN = "target rule expression js jsLibrary values condition filterShape nodes update construct"

KNOWN = frozenset(_KNOWN.split())
NOT_RUN = frozenset(_NOT_RUN.split())


def complaint(word: str) -> tuple[str, str] | None:
    """What is wrong with a word of the SHACL namespace and what to do about it; None for one that is understood."""
    if word in KNOWN:
        return None
    if word in NOT_RUN:
        hint = "Write it in SHACL Core or as a sh:sparql constraint: Advanced Features and SHACL-JS do not run."
        return f"sh:{word} is not run here.", hint
    near = get_close_matches(word, KNOWN, 1)
    hint = f"Did you mean sh:{near[0]}?" if near else "See https://www.w3.org/TR/shacl/ for the words there are."
    return f"sh:{word} is no word of SHACL.", hint
