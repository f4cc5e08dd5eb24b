"""The pages of datasets, one module a noun."""
