/** Words of the floor, about as long as the real ones, with nothing to fill in but the order. */

export const titleOf = (order: string) => `Order ${order} confirmed`;

export const textOf = (order: string) =>
  `LaundryConnect: Your order ${order} is confirmed. Pickup on 5 Jan 2026. Total: Rs. 500.`;

/** The real HTML is of this size, most of it the common layout with its styles. */
const LAYOUT =
  '<td style="padding:8px 24px;font-family:Arial,sans-serif;font-size:16px">&nbsp;</td>\n'.repeat(60);

export const mailOf = (order: string) => ({
  subject: `Your order ${order} is confirmed`,
  text: `Hello Asha,\n\nYour order ${order} is confirmed, and your laundry is in good hands.\n`.repeat(4),
  html: `<html><body><table><tr>${LAYOUT}</tr></table><p>Your order ${order} is confirmed.</p></body></html>`,
});
