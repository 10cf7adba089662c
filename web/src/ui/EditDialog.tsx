import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { asProblem } from "@/api/problem";
import { toast } from "@/lib/toast";
import { Button } from "./Button";
import { ConfirmDialog, Dialog, DialogActions } from "./Dialog";
import classes from "./EditDialog.module.css";
import { Form } from "./Form";
import { MeanwhileFields, type MeanwhileFieldsProps } from "./MeanwhileFields";

type EditDialogProps = {
  title: string;
  onClose: () => void;
  dirty: boolean;
  /** Nothing may be changed; the fields only show. */
  locked: boolean;
  /** A record is added; the button says so. */
  isNew?: boolean;
  saveLabel?: string;
  /** Offers to remove what is edited, and asks first. */
  removal?: { label: string; title: string; onRemove: () => Promise<void> };
  /** Refusals are shown at the field they name. */
  onSave: () => Promise<void>;
  /** What somebody else changed meanwhile, above the fields. */
  meanwhile?: MeanwhileFieldsProps;
  /** Stands at the start of the buttons. */
  extra?: ReactNode;
  children: ReactNode;
};

/** A form over the page: saved when something changed, left only after asking when it did. */
export function EditDialog(props: EditDialogProps) {
  const { title, onClose, dirty, locked, onSave } = props;
  const { t } = useTranslation();
  const { isNew = false, removal } = props;
  const [asking, ask] = useDisclosure(false);
  const [removing, askRemoval] = useDisclosure(false);
  const close = () => (dirty && !locked ? ask.open() : onClose());
  return (
    <>
      <Dialog opened onClose={close} title={title} width={480}>
        <Form onSubmit={onSave} label={title}>
          {(busy) => (
            <>
              {props.meanwhile && <MeanwhileFields {...props.meanwhile} />}
              <fieldset className={classes.fields} disabled={locked}>
                {props.children}
              </fieldset>
              <DialogActions>
                {props.extra}
                {removal && !locked && (
                  <Button type="button" size="l" look="danger" onClick={askRemoval.open}>
                    {removal.label}
                  </Button>
                )}
                <span className="grow" />
                <Button type="button" size="l" onClick={close}>
                  {locked ? t("dialog.close") : t("dialog.cancel")}
                </Button>
                {!locked && (
                  <Button type="submit" size="l" look="gold" busy={busy} disabled={!dirty}>
                    {props.saveLabel ?? t(isNew ? "settings.add" : "settings.save")}
                  </Button>
                )}
              </DialogActions>
            </>
          )}
        </Form>
      </Dialog>
      <ConfirmDialog
        opened={asking}
        onClose={ask.close}
        title={t("settings.discard")}
        what={t("settings.discardWhat")}
        confirmLabel={t("settings.discardDo")}
        onConfirm={onClose}
      />
      {removal && <ConfirmRemoval opened={removing} onClose={askRemoval.close} removal={removal} />}
    </>
  );
}

type ConfirmRemovalProps = {
  opened: boolean;
  onClose: () => void;
  removal: NonNullable<EditDialogProps["removal"]>;
};

function ConfirmRemoval({ opened, onClose, removal }: ConfirmRemovalProps) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const remove = async () => {
    setBusy(true);
    try {
      await removal.onRemove();
    } catch (error) {
      toast.show({ message: asProblem(error).message, tone: "bad" });
    } finally {
      setBusy(false);
      onClose();
    }
  };
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={removal.title}
      what={t("settings.removalUndone")}
      confirmLabel={removal.label}
      busy={busy}
      onConfirm={() => void remove()}
    />
  );
}
