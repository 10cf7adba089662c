import { useTranslation } from "react-i18next";
import { sizeText } from "@/lib/sizes";
import type { useFiles } from "../files";
import classes from "./AskFiles.module.css";
import { FileButton } from "./FileButton";
import { FileList } from "./FileList";

type AskFilesProps = {
  files: ReturnType<typeof useFiles>;
  limitBytes: number;
};

/** Where the files of a new request are added and seen. */
export function AskFiles({ files, limitBytes }: AskFilesProps) {
  const { t, i18n } = useTranslation();
  return (
    <fieldset className={classes.files}>
      <legend className="vh">{t("ask.files")}</legend>
      <div className={classes.line}>
        <FileButton onFiles={files.add} />
        <span className={classes.hint}>
          {t("ask.dropHint", { limit: sizeText(limitBytes, i18n.language) })}
        </span>
      </div>
      <FileList files={files.files} trouble={files.trouble} onRemove={files.remove} />
    </fieldset>
  );
}
