#!/usr/bin/env bash
# Keeps one comment of a pull request up to date: writes it, changes it, or takes it away where nothing is left to say.
# In: the file of the comment; REPOSITORY, NUMBER, and GH_TOKEN for gh. DRY=true says what would be done instead.
set -euo pipefail
file="$1"
mark='<!-- synthdsl -->'
api() {
  if [ "${DRY:-}" = true ]; then
    echo "gh api $*"
  else
    gh api "$@" || echo "::notice::No right to comment here; the comment stands in the summary of the job."
  fi
}
comments="repos/$REPOSITORY/issues/$NUMBER/comments"
found=""
if [ "${DRY:-}" = true ]; then
  found="${FOUND:-}"
else
  found="$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1 || true)"
fi
text="$(cat "$file")"
if [ -z "${text//[[:space:]]/}" ]; then
  [ -z "$found" ] || api --method DELETE "repos/$REPOSITORY/issues/comments/$found" --silent
elif [ -n "$found" ]; then
  api --method PATCH "repos/$REPOSITORY/issues/comments/$found" --field "body=@$file" --silent
else
  api --method POST "$comments" --field "body=@$file" --silent
fi
