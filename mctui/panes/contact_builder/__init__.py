"""Contact Builder: All Contacts and the billing meter."""
