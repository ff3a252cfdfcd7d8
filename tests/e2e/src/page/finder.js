// Finds elements as people and screen readers do: by role and accessible name.
// The names computed here are only used to choose; the page module asks the browser itself for the
// name of what was chosen.
const [task, role, wanted, within] = arguments;

const SELECTORS = {
  button: 'button, summary, input[type=submit], input[type=button], [role=button]',
  link: 'a[href], [role=link]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=password], input[type=url], textarea, [role=textbox]',
  searchbox: 'input[type=search], [role=searchbox]',
  spinbutton: 'input[type=number], [role=spinbutton]',
  date: 'input[type=date]',
  file: 'input[type=file]',
  combobox: 'select:not([multiple]), [role=combobox]',
  checkbox: 'input[type=checkbox]:not([role=switch]), [role=checkbox]',
  switch: 'input[type=checkbox][role=switch], [role=switch]',
  radio: 'input[type=radio], [role=radio]',
  field: 'input:not([type=hidden]), textarea, select, [role=textbox], [role=switch], [role=combobox]',
  group: 'fieldset, [role=group], [role=radiogroup]',
  heading: 'h1, h2, h3, h4, h5, h6, [role=heading]',
  article: 'article, [role=article]',
  list: 'ul, ol, [role=list]',
  listitem: 'li, [role=listitem]',
  alert: '[role=alert]',
  status: '[role=status], output',
  dialog: 'dialog, [role=dialog], [role=alertdialog]',
  navigation: 'nav, [role=navigation]',
  region: 'section[aria-label], section[aria-labelledby], [role=region]',
  main: 'main, [role=main]',
};

const clean = (text) => (text ?? '').replace(/\s+/g, ' ').trim();

const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

const contentOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE) return '';
  if (node.getAttribute('aria-hidden') === 'true' || node.hidden) return '';
  if (!isShown(node) && getComputedStyle(node).display !== 'contents') return '';
  const label = node.getAttribute('aria-label');
  if (label) return label;
  if (node.localName === 'img') return node.alt;
  const inner = [...node.childNodes].map(contentOf).join('');
  return /^(inline|contents)/.test(getComputedStyle(node).display) ? inner : ` ${inner} `;
};

const NAMED_BY_CONTENT = /^(button|link|heading|listitem|checkbox|radio|switch)$/;

const nameOf = (element, as) => {
  const labelledby = element.getAttribute('aria-labelledby');
  if (labelledby) {
    const parts = labelledby.split(/\s+/).map((id) => document.getElementById(id)).filter(Boolean);
    return clean(parts.map((part) => clean(contentOf(part)) || clean(part.textContent)).join(' '));
  }
  const label = clean(element.getAttribute('aria-label'));
  if (label) return label;
  if (element.labels?.length) return clean([...element.labels].map(contentOf).join(' '));
  if (element.localName === 'fieldset') {
    const legend = element.querySelector(':scope > legend');
    if (legend) return clean(contentOf(legend));
  }
  if (element.localName === 'input' && /^(submit|button)$/.test(element.type)) return clean(element.value);
  const content = NAMED_BY_CONTENT.test(as) ? clean(contentOf(element)) : '';
  return content || clean(element.title) || clean(element.placeholder);
};

// A name that ends with an asterisk stands for all names that begin so.
const fits = (name) => wanted === null || name === wanted
  || (wanted.endsWith('*') && name.startsWith(wanted.slice(0, -1)));

const selector = SELECTORS[role];
if (!selector) throw new Error(`no role ${role}`);
// While a modal dialog is open nothing behind it can be reached.
const page = [...document.querySelectorAll('dialog')].find((dialog) => dialog.matches(':modal')) ?? document;
const scopes = within ? [...page.querySelectorAll(SELECTORS[within])] : [page];
// A file input may be hidden behind a button of its own.
const all = scopes.flatMap((scope) => [...scope.querySelectorAll(selector)])
  .filter((element) => role === 'file' || isShown(element));

if (task === 'find') return all.filter((element) => fits(nameOf(element, role)));
if (task === 'names') return all.map((element) => nameOf(element, role));
throw new Error(`no task ${task}`);
