"""SurveyMonkey: surveys with their questions, and the answers."""
