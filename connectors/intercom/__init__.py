"""Intercom: conversations with their statistics and ratings, companies, contacts and teammates."""
