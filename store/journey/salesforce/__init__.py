"""The Salesforce Data entry event: its trigger as data, the criteria as SQL over CRM records, what it brings along."""
