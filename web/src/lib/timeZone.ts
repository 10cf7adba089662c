/** The reader's time zone, such as Europe/Berlin: when their days begin. */
export const readersZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
