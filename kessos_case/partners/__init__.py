"""Partners: organisations that offer services, what each takes whom for, its places and agreements, and how it is chosen."""
