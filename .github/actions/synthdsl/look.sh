#!/usr/bin/env bash
# Checks and compares specs. In: SPECS, AGAINST, COMPAT, BUDGET. Out: annotations, the job's summary, and to
# GITHUB_OUTPUT the file of the comment and the exit code. Runs as well outside of a workflow, as a dry run.
set -uo pipefail
output="${GITHUB_OUTPUT:-/dev/stdout}"
summary="${GITHUB_STEP_SUMMARY:-/dev/stdout}"
file="${RUNNER_TEMP:-$(mktemp -d)}/synthdsl-comment.md"
read -ra specs <<<"${SPECS:-.}"
options=(--against "$AGAINST" -o "$file")
[ -n "${COMPAT:-}" ] && options+=(--compat "$COMPAT")
[ -n "${BUDGET:-}" ] && options+=(--budget "$BUDGET")
synthc check --format github "${specs[@]}"
synthc ci "${specs[@]}" "${options[@]}"
code=$?
[ -s "$file" ] && cat "$file" >>"$summary"
{
  echo "comment=$file"
  echo "code=$code"
} >>"$output"
