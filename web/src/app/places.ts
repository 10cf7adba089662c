/** Whether an address belongs to the desk or its sign-in; every other one is the portal's. */
export function isForStaff(path: string): boolean {
  return /^\/(desk|sign-in)(\/|$)/.test(path);
}
