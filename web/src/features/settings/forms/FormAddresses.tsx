import { useTranslation } from "react-i18next";
import type { Form } from "@/api/forms";
import { copyText } from "@/lib/clipboard";
import { toast } from "@/lib/toast";
import { Button } from "@/ui/Button";
import classes from "./FormEditor.module.css";

type FormAddressesProps = { form: Pick<Form, "key" | "name">; inDesk: boolean; isPublic: boolean };

/** Where a form is found, and what a page of another site takes over to show it. */
export function FormAddresses({ form, inDesk, isPublic }: FormAddressesProps) {
  const { t } = useTranslation();
  const snippet = snippetOf(form, location.origin);
  const copy = async () => {
    await copyText(snippet);
    toast.show({ message: t("forms.snippetCopied") });
  };
  return (
    <>
      {inDesk && (
        <p className={classes.hint}>
          {t("forms.deskAddress")}{" "}
          <bdi
            dir="ltr"
            className={classes.address}
          >{`${location.origin}/desk/tickets/new?form=${form.key}`}</bdi>
        </p>
      )}
      {isPublic && (
        <>
          <p className={classes.hint}>
            {t("forms.address")}{" "}
            <bdi dir="ltr" className={classes.address}>{`${location.origin}/f/${form.key}`}</bdi>
          </p>
          <p className={classes.hint}>{t("forms.snippet")}</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
          <pre className={classes.snippet} dir="ltr" tabIndex={0}>
            {snippet}
          </pre>
          <div>
            <Button icon="copy" onClick={() => void copy()}>
              {t("forms.copySnippet")}
            </Button>
          </div>
        </>
      )}
    </>
  );
}

/** Two lines: the frame, and what gives it the height of its form. It listens to the frame alone. */
function snippetOf({ key, name }: Pick<Form, "key" | "name">, origin: string): string {
  const id = `atum-form-${key}`;
  const title = name.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const frame = `<iframe id="${id}" src="${origin}/f/${key}" title="${title}" style="width:100%;height:600px;border:0"></iframe>`;
  const script = `<script>addEventListener("message", (e) => { const f = document.getElementById("${id}"); if (e.origin === "${origin}" && e.source === f.contentWindow && e.data?.type === "atum-form-height") f.style.height = e.data.height + "px"; });</script>`;
  return `${frame}\n${script}\n`;
}
