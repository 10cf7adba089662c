import { Modal } from "@mantine/core";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import classes from "./Dialog.module.css";

type DialogProps = {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** Width in px. */
  width?: number;
  children: ReactNode;
};

/** A dialog in the middle; on a phone it takes the whole screen. */
export function Dialog({ opened, onClose, title, width = 560, children }: DialogProps) {
  const { t } = useTranslation();
  useFocusReturn(opened);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      size={width}
      overlayProps={{ color: "var(--scrim)", backgroundOpacity: 1, className: classes.scrim }}
      classNames={{ title: classes.title }}
      closeButtonProps={{ "aria-label": t("dialog.close") }}
    >
      {children}
    </Modal>
  );
}

type ConfirmProps = Omit<DialogProps, "children" | "width"> & {
  /** Exactly what will happen, and how to take it back. */
  what: string;
  confirmLabel: string;
  busy?: boolean;
  onConfirm: () => void;
};

/** Asks before something that cannot simply be undone. */
export function ConfirmDialog({ what, confirmLabel, busy, onConfirm, ...rest }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...rest} width={420}>
      <p className={classes.what}>{what}</p>
      <DialogActions>
        <Button size="l" onClick={rest.onClose}>
          {t("dialog.cancel")}
        </Button>
        <Button size="l" look="gold" busy={busy} onClick={onConfirm} data-autofocus>
          {confirmLabel}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

/** The row of buttons at a dialog's end. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <div className={classes.actions}>{children}</div>;
}

/**
 * Gives the focus back to what had it before a dialog that goes away as a whole: what is typed next
 * is text again, and no letter of it a command. Mantine does so only for one that stays and closes.
 */
function useFocusReturn(opened: boolean): void {
  const [before] = useState(() => (opened ? document.activeElement : null));
  const wasOpened = useRef(opened);
  wasOpened.current = opened;
  useEffect(
    () => () => {
      if (!wasOpened.current || !(before instanceof HTMLElement)) return;
      // At once: whatever the dialog's end moves later has the last word.
      const isLost = document.activeElement === document.body;
      if (isLost && before.isConnected) before.focus();
    },
    [before],
  );
}
