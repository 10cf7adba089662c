import { useDeskDialogs } from "@/app/shell/dialogs";
import { ReminderDialog } from "./ReminderDialog";

/** Sets a reminder of the open ticket. */
export default function NewReminderDialog() {
  const { ticket: number = 0, open } = useDeskDialogs();
  return <ReminderDialog number={number} onClose={() => open(null)} />;
}
