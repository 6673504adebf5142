#!/usr/bin/env bash
# Fetches into previous.out the assembly that a Region was left with by its last good deployment from this branch, and says
# found=true or found=false. Only runs of this repository count: anybody may open a pull request and name an artifact.
# Usage: previous-assembly.sh REGION
set -euo pipefail
region=$1

runs=$(
  gh api --paginate "repos/$GITHUB_REPOSITORY/actions/artifacts?name=deployed-$region&per_page=100" --jq '
    .artifacts[]
    | select(.expired | not)
    | select(.workflow_run.head_branch == env.GITHUB_REF_NAME)
    | select(.workflow_run.head_repository_id == .workflow_run.repository_id)
    | "\(.created_at) \(.workflow_run.id)"'
)
run=$(sort --reverse <<< "$runs" | sed -n '1s/.* //p')

if [[ -z "$run" ]]; then
  echo "::warning::No earlier deployment of $region is kept: a failure cannot be undone by this workflow."
  echo 'found=false' >> "$GITHUB_OUTPUT"
  exit 0
fi
gh run download "$run" --name "deployed-$region" --dir previous.out
echo "run $run left $region with the assembly in previous.out"
echo 'found=true' >> "$GITHUB_OUTPUT"
