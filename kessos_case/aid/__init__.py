"""Aid: the ledger of what was given to whom for which month. Lines are only added; a mistake is answered by a reversal."""
