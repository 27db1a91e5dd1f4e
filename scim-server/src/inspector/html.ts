/** Markup that is safe to send: everything put into it was escaped, or is such markup itself. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Html | string | number | undefined | readonly Content[];

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "string")
    return content.replace(/[&<>"']/g, (character) => escapes[character] ?? "");
  if (typeof content === "number") return String(content);
  return content.map(render).join("");
}

/** Builds markup; every value is escaped unless it is markup. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((text, index) => `${text}${render(values[index])}`).join(""));
}
