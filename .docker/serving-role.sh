#!/bin/sh
# Run once by the database image: the role that serves owns no table, so it cannot undo what guards the record.
set -eu

psql --set ON_ERROR_STOP=1 --set password="$SERVING_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE gatehouse LOGIN PASSWORD :'password';
SQL
