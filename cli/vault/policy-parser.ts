/*
 * Reads the text of a Vault policy in HCL, as `vault policy fmt` writes it and as people do. What is not understood makes the whole policy
 * unreadable: a rule that is misread could pass for a right, or hide a denial.
 * https://developer.hashicorp.com/vault/docs/concepts/policies
 */

export interface PolicyRule {
  /** The path, without the slash in front that Vault ignores. It may have wildcards and templates. */
  readonly path: string;
  readonly capabilities: string[];
}

/** The rules of a policy, or why its text is not understood. */
export type ParsedPolicy = { readonly rules: PolicyRule[]; readonly problem?: undefined } | { readonly problem: string };

/** Arguments that limit the values of a request, and neither the path nor the capabilities. */
const PARAMETERS = ['allowed_parameters', 'denied_parameters', 'required_parameters'];

export function parsePolicy(text: string): ParsedPolicy {
  if (text.trimStart().startsWith('{')) {
    return { problem: 'it is written in JSON' };
  }
  try {
    return { rules: new PolicyParser(tokensOf(text)).policy() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

type Kind = 'string' | 'identifier' | 'number' | 'symbol' | 'end';

interface Token {
  readonly kind: Kind;
  /** Of a string, what is between its quotes. */
  readonly text: string;
  readonly line: number;
}

/** White space and comments are no tokens. */
const BLANK = /\s+|(?:#|\/\/)[^\n]*|\/\*[^]*?\*\//y;
const TOKEN = /"(?<string>(?:[^"\\\n]|\\["\\])*)"|(?<identifier>[A-Za-z_][\w.-]*)|(?<number>-?\d[\w.]*)|(?<symbol>[{}[\]=,])/y;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let position = 0;
  while (position < text.length) {
    const blank = matchAt(BLANK, text, position);
    const found = blank ?? matchAt(TOKEN, text, position) ?? notUnderstood(line, text[position]);
    const [token] = Object.entries(found.groups ?? {}).filter(([, value]) => value !== undefined);
    if (token !== undefined) {
      const [kind, value] = token;
      tokens.push({ kind: kind as Kind, text: kind === 'string' ? unquoted(value, line) : value, line });
    }
    line += found[0].split('\n').length - 1;
    position += found[0].length;
  }
  return [...tokens, { kind: 'end', text: 'the end of the text', line }];
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text) ?? undefined;
}

/** The value of a string. An interpolation of HCL, in which quotes may stand, is not understood. */
function unquoted(text: string, line: number): string {
  return text.includes('${') ? notUnderstood(line, '${') : text.replace(/\\(.)/g, '$1');
}

function notUnderstood(line: number, what: string): never {
  throw new Error(`line ${line}: ${JSON.stringify(what)} is not expected`);
}

/** Recursive descent: a method for each thing that may stand in a policy. */
class PolicyParser {
  private position = 0;

  constructor(private readonly tokens: Token[]) {}

  public policy(): PolicyRule[] {
    const rules: PolicyRule[] = [];
    while (this.token.kind !== 'end') {
      const keyword = this.take('identifier', 'string');
      if (keyword.text === 'path') {
        rules.push({ path: this.take('string').text.replace(/^\//, ''), capabilities: this.capabilities() });
      } else if (keyword.text === 'name') {
        this.expect('=');
        this.take('string');
      } else {
        notUnderstood(keyword.line, keyword.text);
      }
    }
    return rules;
  }

  /** The capabilities of a rule; none where it only names parameters. */
  private capabilities(): string[] {
    let capabilities: string[] | undefined;
    this.expect('{');
    while (!this.takeIf('}')) {
      const { text: argument, line } = this.take('identifier', 'string');
      if (argument === 'capabilities' && capabilities === undefined) {
        this.expect('=');
        capabilities = this.list(() => this.take('string').text);
      } else if (PARAMETERS.includes(argument)) {
        this.assignment();
      } else {
        notUnderstood(line, argument);
      }
    }
    return capabilities ?? [];
  }

  /** The value of an argument. An object may follow its name without an equals sign. */
  private assignment(): void {
    if (this.takeIf('=')) {
      this.value();
    } else {
      this.object();
    }
  }

  private value(): void {
    if (this.isNext('[')) {
      this.list(() => this.value());
    } else if (this.isNext('{')) {
      this.object();
    } else {
      this.take('string', 'number', 'identifier');
    }
  }

  private object(): void {
    this.expect('{');
    while (!this.takeIf('}')) {
      this.take('identifier', 'string');
      this.assignment();
      this.takeIf(',');
    }
  }

  private list<T>(element: () => T): T[] {
    const elements: T[] = [];
    this.expect('[');
    while (!this.takeIf(']')) {
      elements.push(element());
      if (!this.isNext(']')) {
        this.expect(',');
      }
    }
    return elements;
  }

  private get token(): Token {
    return this.tokens[this.position];
  }

  private isNext(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  /** Takes a symbol if it is next, and says whether it was. */
  private takeIf(symbol: string): boolean {
    const found = this.isNext(symbol);
    this.position += found ? 1 : 0;
    return found;
  }

  private expect(symbol: string): void {
    if (!this.takeIf(symbol)) {
      notUnderstood(this.token.line, this.token.text);
    }
  }

  private take(...kinds: Kind[]): Token {
    const { token } = this;
    if (!kinds.includes(token.kind)) {
      notUnderstood(token.line, token.text);
    }
    this.position++;
    return token;
  }
}
