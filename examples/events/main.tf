# Rule, queue, dead-letter queue and permissions for one region.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "name" {
  description = "Name of the rule and the queue."
  type        = string
  default     = "keyturn-changes"
}

variable "operator_role" {
  description = "Name of the operator's IAM role, so that it may read the queue. Empty: attach operator_policy yourself."
  type        = string
  default     = ""
}

resource "aws_sqs_queue" "dead" {
  name                      = "${var.name}-dead"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "changes" {
  name                      = var.name
  message_retention_seconds = 86400
  receive_wait_time_seconds = 20
  sqs_managed_sse_enabled   = true

  # A message may stay unacknowledged for two minutes: as long as Keyturn waits for AWS to show a change.
  visibility_timeout_seconds = 180

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead.arn
    maxReceiveCount     = 5
  })
}

resource "aws_cloudwatch_event_rule" "changes" {
  name          = var.name
  description   = "Changes of secrets and parameters"
  event_pattern = file("${path.module}/pattern.json")
}

resource "aws_cloudwatch_event_target" "changes" {
  rule      = aws_cloudwatch_event_rule.changes.name
  target_id = "keyturn"
  arn       = aws_sqs_queue.changes.arn

  dead_letter_config {
    arn = aws_sqs_queue.dead.arn
  }
}

resource "aws_sqs_queue_policy" "sent_to" {
  for_each  = { changes = aws_sqs_queue.changes, dead = aws_sqs_queue.dead }
  queue_url = each.value.id
  policy = templatefile("${path.module}/queue-policy.json", {
    queue_arn = each.value.arn
    rule_arn  = aws_cloudwatch_event_rule.changes.arn
  })
}

resource "aws_iam_role_policy" "operator" {
  count  = var.operator_role == "" ? 0 : 1
  name   = var.name
  role   = var.operator_role
  policy = local.operator_policy
}

locals {
  operator_policy = templatefile("${path.module}/operator-policy.json", {
    queue_arn = aws_sqs_queue.changes.arn
  })
}

output "queue_url" {
  description = "Value for keyturn.events.queue-urls."
  value       = aws_sqs_queue.changes.url
}

output "operator_policy" {
  description = "What the operator's role needs on the queue."
  value       = local.operator_policy
}
