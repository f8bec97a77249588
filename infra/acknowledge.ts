import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/**
 * Says of one finding of cdk-nag why it stands, on the construct it stands on.
 * @param rule with the finding in brackets where the rule names several, `AwsSolutions-IAM5[Resource::...]`
 * @param reason why the rule does not apply here, or what is done in its place
 */
export function acknowledge(on: IConstruct, rule: string, reason: string): void {
  Validations.of(on).acknowledge({ id: rule, reason });
}
