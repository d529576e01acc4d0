/** An address as its owner knows it again and nobody else can use it: `a•••@e•••.com`, `••• 210`. */
export function masked(address: string): string {
  const [local = '', domain] = address.split('@');
  if (domain === undefined) return `••• ${address.slice(-3)}`;
  return `${local.slice(0, 1)}•••@${domain.slice(0, 1)}•••${domain.slice(domain.lastIndexOf('.'))}`;
}
