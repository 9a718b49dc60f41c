/*
 * Terraform as data, in its JSON configuration syntax. https://developer.hashicorp.com/terraform/language/syntax/json
 */

/** A resource: the arguments by name. A nested block is an object, as an argument that is a map. */
export type TerraformResource = readonly [type: string, name: string, body: { readonly [argument: string]: unknown }];

/** The text of a file that ends in `.tf.json`. */
export function renderTerraform(resources: readonly TerraformResource[]): string {
  const byType: { [type: string]: { [name: string]: object } } = {};
  for (const [type, name, body] of resources) {
    byType[type] = { ...byType[type], [name]: body };
  }
  return JSON.stringify({ resource: byType }, undefined, 2) + '\n';
}

/** A string that Terraform evaluates, such as the attribute of another resource. */
export function expression(text: string): string {
  return `\${${text}}`;
}

/** A string that Terraform takes as it is. */
export function literal(text: string): string {
  return text.replace(/([$%])\{/g, '$1$1{');
}
