"""What is to be done on a ticket, item by item, and the templates that checklists are made of."""
