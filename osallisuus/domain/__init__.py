"""The coordinator's nouns, one module each: records, rules, reads, actions."""
