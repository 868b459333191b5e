"""How dates are written into form fields: as browsers take them."""
