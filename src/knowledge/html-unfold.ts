/** As much of a DOM as this file needs; linkedom's own types are wider than its parts. */
interface Dom {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly children: Iterable<Dom> & { readonly length: number };
  readonly nextElementSibling: Dom | null;
  innerHTML: string;
  closest(selector: string): Dom | null;
  querySelector(selector: string): Dom | null;
  querySelectorAll(selector: string): Iterable<Dom>;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  replaceWith(...nodes: (Dom | string)[]): void;
  remove(): void;
}

interface DomDocument extends Pick<Dom, "querySelectorAll"> {
  createElement(name: string): Dom;
  getElementById(id: string): Dom | null;
}

/** Marks a heading that was a folded question, so that a reader of the page can count whether any was lost. */
export const QUESTION_MARK = "data-question";

const HEADINGS = "h1,h2,h3,h4,h5,h6";
/** What opens the menu of a page is no question. */
const FURNITURE = "nav,header,footer,aside,[role=navigation],[role=banner],[role=menu]";
/** How accordions name the part that is clicked when they say nothing to screen readers. */
const NAMED_QUESTION =
  /(?:^|[\s_-])(?:faq|accordion|collapsible|toggle)s?(?:[_-]+\w+)*[_-]+(?:question|title|header|heading|button|trigger|summary)(?:$|\s)|(?:^|\s)question(?:$|\s)/i;

/**
 * Lays a page open in place: what is folded away behind a question (`details`, accordions, tabs, definition lists) is shown,
 * and each question becomes a heading, because a heading is what its answer is found by.
 */
export function unfold(document: DomDocument): void {
  for (const control of document.querySelectorAll("[aria-controls]")) {
    const panel = document.getElementById((control.getAttribute("aria-controls") ?? "").trim());
    if (!panel || control.closest(FURNITURE) || panel.closest(FURNITURE)) continue;
    reveal(panel);
    headline(control, document);
  }
  for (const question of document.querySelectorAll("summary,dt")) headline(question, document);
  for (const folded of document.querySelectorAll("details")) rename(folded, "div", document);
  for (const item of document.querySelectorAll('[itemtype$="schema.org/Question"]')) {
    const name = item.querySelector("[itemprop=name]");
    if (name) headline(name, document);
    for (const answer of item.querySelectorAll("[itemprop=acceptedAnswer]")) reveal(answer);
  }
  for (const named of document.querySelectorAll("[class]")) {
    if (!NAMED_QUESTION.test(named.getAttribute("class") ?? "") || named.closest(FURNITURE)) continue;
    const answer = (named.closest(HEADINGS) ?? named).nextElementSibling;
    if (answer) reveal(answer);
    headline(named, document);
  }
  // Buttons are thrown away as furniture; one that holds elements folds something that is text.
  for (const button of document.querySelectorAll("button")) {
    if (button.closest(HEADINGS)) button.replaceWith(textOf(button));
    else if (button.children.length > 0) rename(button, "div", document);
  }
  for (const anchor of document.querySelectorAll("a")) {
    if (textOf(anchor) === "" && !anchor.querySelector("img,svg[aria-label]")) anchor.remove();
  }
}

function reveal(panel: Dom): void {
  for (const name of ["hidden", "aria-hidden"]) panel.removeAttribute(name);
  const style = panel.getAttribute("style");
  if (style !== null)
    panel.setAttribute("style", style.replaceAll(/(?:display|visibility)\s*:[^;]*;?/gi, ""));
}

/** In the place of the clickable part; one that stands in a heading, or holds one, only loses its button. */
function headline(control: Dom, document: DomDocument): void {
  const text = textOf(control);
  const outer = control.closest(HEADINGS);
  if (outer) {
    outer.setAttribute(QUESTION_MARK, "");
    if (outer !== control) control.replaceWith(text);
    return;
  }
  // The whole item, answer and all, may bear the name of a question.
  if (text === "" || text.length > LONGEST_QUESTION || control.querySelector("p,ul,ol,table,pre")) return;
  const heading = document.createElement(control.querySelector(HEADINGS)?.tagName.toLowerCase() ?? "h4");
  heading.setAttribute(QUESTION_MARK, "");
  heading.innerHTML = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  control.replaceWith(heading);
}

const LONGEST_QUESTION = 300;

function rename(element: Dom, name: string, document: DomDocument): void {
  const other = document.createElement(name);
  other.innerHTML = element.innerHTML;
  element.replaceWith(other);
}

function textOf(element: Dom): string {
  return (element.textContent ?? "").replaceAll(/\s+/g, " ").trim();
}
