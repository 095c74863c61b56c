"""Where strangers' queries run: admitted in turn, answered by processes that can be killed."""
