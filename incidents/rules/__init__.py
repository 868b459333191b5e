"""Pure rules over alerts, incidents and their documents."""
