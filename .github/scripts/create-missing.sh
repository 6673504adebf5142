#!/usr/bin/env bash
# Creates those stacks of the assembly in cdk.out that do not exist yet, and leaves the others as they are.
# Usage: DEPLOY_OPTIONS='...' create-missing.sh REGION STACK...
set -euo pipefail
region=$1
shift

for stack in "$@"; do
  if problem=$(aws cloudformation describe-stacks --region "$region" --stack-name "$stack" 2>&1 > /dev/null); then
    echo "$stack exists"
  elif [[ "$problem" == *'does not exist'* ]]; then
    npx cdk deploy "$stack" --app cdk.out $DEPLOY_OPTIONS
  else
    echo "$problem" >&2
    exit 1
  fi
done
