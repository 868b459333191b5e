"""Pure decisions: frozen values in, frozen values out, no database and no clock."""
