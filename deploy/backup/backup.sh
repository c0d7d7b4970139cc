#!/usr/bin/env bash
# A dump of the database and a copy of the files, checked, kept for some weeks.
#
# Needs in the environment (/etc/zvonok/backup.env):
#   DATABASE_URL  of a login that is a member of zvonok_backup, which reads everything and
#                 changes nothing:  create role nightly login password '…' in role zvonok_backup;
#                 alter role nightly bypassrls;   -- row policies would hide every row
#   ZVONOK_FILES  the folder of uploaded files
# May be set: BACKUP_DIR, KEEP_DAYS.
#
# What a dump cannot do: bring back the hours since the last night. For that see pgbackrest.conf.
# Restoring:  createdb zvonok && pg_restore --exit-on-error -d zvonok zvonok.dump
# A backup nobody has restored is a hope: try it on another machine every quarter, then say
#   zvonok backup record --kind restore --note 'test machine, marks of 7A looked at'
set -euo pipefail
umask 077

: "${DATABASE_URL:?is not set}" "${ZVONOK_FILES:?is not set}"
backups="${BACKUP_DIR:-/var/backups/zvonok}"
keep_days="${KEEP_DAYS:-35}"
today="$backups/$(date -u +%Y-%m-%dT%H%M)"
half="$today.part"

mkdir -p "$half"
trap 'rm -rf "$half"' EXIT

# The files after the database: a row never points to a file that the copy lacks.
pg_dump --format=custom --compress=6 --no-password --file="$half/zvonok.dump" "$DATABASE_URL"
tar --create --gzip --file="$half/files.tar.gz" --directory="$ZVONOK_FILES" .

# Readable to its end, and not a dump of an empty database.
pg_restore --list "$half/zvonok.dump" | grep -q 'TABLE DATA journal mark'
tar --list --gzip --file="$half/files.tar.gz" >/dev/null
(cd "$half" && sha256sum zvonok.dump files.tar.gz >SHA256SUMS)

mv "$half" "$today"
trap - EXIT
# The board of deadlines shows the day as done only when this is said. A backup that
# cannot be recorded is still a backup.
zvonok backup record --kind dump --bytes "$(stat -c %s "$today/zvonok.dump")" --note "$(uname -n):$today" ||
    echo "the backup is made, but could not be recorded" >&2
find "$backups" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T????' -mtime "+$keep_days" \
    -exec rm -rf {} +
echo "backed up to $today ($(du -sh "$today" | cut -f1))"
