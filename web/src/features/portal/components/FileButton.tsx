import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/Button";

type FileButtonProps = {
  onFiles: (files: Iterable<File>) => void;
  className?: string;
};

/** Opens the file chooser; several at once. */
export function FileButton({ onFiles, className }: FileButtonProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        type="button"
        look="line"
        icon="clip"
        className={className}
        onClick={() => input.current?.click()}
      >
        {t("ask.addFile")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
    </>
  );
}
