"""The demonstration's services: half a year of their record, told by the product's own actions."""
