"""What happens to a Page after it is read, in this order: dedupe, timestamp, store.

All three work synchronously: one page passes through all of them before the next one enters, so that what dedupe reads
and what store writes lie in one transaction.
"""
