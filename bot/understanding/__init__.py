"""What a person's words mean: commands, answers to the open question, free text. Pure."""
