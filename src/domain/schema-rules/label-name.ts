const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Characters as Go, CEL and EC2 count them: code points. */
export function lengthOf(text: string): number {
  return Array.from(text).length;
}

/** RFC 1123 subdomain: the names of most Kubernetes objects (k8s.io/apimachinery util/validation). */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && subdomain.test(text);
}

/** Key of a label or an annotation, `[prefix/]name` (k8s.io/apimachinery util/validation IsQualifiedName). */
export function isLabelName(key: string): boolean {
  const parts = key.split('/');
  const name = parts.at(-1) ?? '';
  const prefix = parts.length > 1 ? parts[0] : undefined;
  return (
    parts.length <= 2 &&
    name.length <= 63 &&
    namePart.test(name) &&
    (prefix === undefined || isSubdomain(prefix))
  );
}

/** Value of a label: at most 63 characters, possibly none. */
export function isLabelValue(value: string): boolean {
  return value === '' || (value.length <= 63 && namePart.test(value));
}
