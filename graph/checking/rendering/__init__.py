"""The report in the forms people and machines read: text, JSON, Turtle, HTML, annotations. (Being written by the builder "reports", with explain.py, safety_report.py and rules_table.)"""
