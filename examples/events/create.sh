#!/usr/bin/env bash
# Creates rule, queue, dead-letter queue and permissions with the AWS CLI, in its region and account.
# Usage: ./create.sh [NAME [ROLE]]   ROLE: the operator's IAM role, so that it may read the queue
set -euo pipefail

name="${1:-keyturn-changes}"
role="${2:-}"
here="$(cd "$(dirname "$0")" && pwd)"

queue_arn_of() {
  aws sqs get-queue-attributes --queue-url "$1" --attribute-names QueueArn --query Attributes.QueueArn --output text
}

# One JSON document, as a string inside another.
quoted() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' | tr -d '\n'; }

# filled FILE QUEUE_ARN
filled() { sed -e "s|\${queue_arn}|$2|g" -e "s|\${rule_arn}|${rule_arn:-}|g" "$here/$1"; }

# may_be_sent_to QUEUE_URL QUEUE_ARN
may_be_sent_to() {
  aws sqs set-queue-attributes --queue-url "$1" --attributes '{"Policy":"'"$(filled queue-policy.json "$2" | quoted)"'"}'
}

dead_url="$(aws sqs create-queue --queue-name "$name-dead" --attributes '{"MessageRetentionPeriod":"1209600","SqsManagedSseEnabled":"true"}' --query QueueUrl --output text)"
dead_arn="$(queue_arn_of "$dead_url")"

# A message may stay unacknowledged for two minutes: as long as Keyturn waits for AWS to show a change.
redrive="$(printf '{"deadLetterTargetArn":"%s","maxReceiveCount":"5"}' "$dead_arn" | quoted)"
queue_url="$(aws sqs create-queue --queue-name "$name" --attributes '{"VisibilityTimeout":"180","MessageRetentionPeriod":"86400","ReceiveMessageWaitTimeSeconds":"20","SqsManagedSseEnabled":"true","RedrivePolicy":"'"$redrive"'"}' --query QueueUrl --output text)"
queue_arn="$(queue_arn_of "$queue_url")"

rule_arn="$(aws events put-rule --name "$name" --description 'Changes of secrets and parameters' --event-pattern "file://$here/pattern.json" --query RuleArn --output text)"
may_be_sent_to "$queue_url" "$queue_arn"
may_be_sent_to "$dead_url" "$dead_arn"
aws events put-targets --rule "$name" --targets "Id=keyturn,Arn=$queue_arn,DeadLetterConfig={Arn=$dead_arn}" >&2

if [ -n "$role" ]; then
  aws iam put-role-policy --role-name "$role" --policy-name "$name" --policy-document "$(filled operator-policy.json "$queue_arn")"
fi

echo "KEYTURN_EVENTS_QUEUE_URLS=$queue_url"
