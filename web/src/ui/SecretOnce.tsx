import { useState } from "react";
import { useTranslation } from "react-i18next";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { Button } from "./Button";
import { Dialog, DialogActions } from "./Dialog";
import { Icon } from "./Icon";
import classes from "./SecretOnce.module.css";

type SecretOnceProps = {
  title: string;
  /** Why it has to be kept now. */
  hint: string;
  secret: string;
  onClose: () => void;
};

/** A password or token that is shown this once, to be copied. */
export function SecretOnce({ title, hint, secret, onClose }: SecretOnceProps) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await copyText(secret);
      setCopied(true);
    } catch {
      toast.show({ message: t("settings.copyFailed"), tone: "bad" });
    }
  };
  return (
    <Dialog opened onClose={onClose} title={title} width={480}>
      <p className={classes.hint}>
        <Icon name="warn" />
        {hint}
      </p>
      <div className={classes.line}>
        <code className={classes.secret}>{secret}</code>
        <Button look="line" icon={copied ? "check" : "copy"} onClick={copy} data-autofocus>
          {copied ? t("settings.copied") : t("settings.copy")}
        </Button>
      </div>
      <DialogActions>
        <Button size="l" look="gold" onClick={onClose}>
          {t("settings.done")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
