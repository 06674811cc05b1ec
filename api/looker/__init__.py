"""The contract of Looker Studio: getConfig, getSchema, getData and the credential check."""
