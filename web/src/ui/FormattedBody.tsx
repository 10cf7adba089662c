import { useState } from "react";
import { useTranslation } from "react-i18next";
import { usePrinting } from "@/lib/printing";
import { sizeText } from "@/lib/sizes";
import { Button } from "./Button";
import classes from "./FormattedBody.module.css";
import { HtmlFrame } from "./HtmlFrame";
import { PlainText } from "./PlainText";

/** Laying out more than this holds up the whole page. */
const LARGE_CHARACTERS = 200_000;

type FormattedBodyProps = {
  html: string;
  text: string;
  withRemoteImages: boolean;
  title: string;
  className?: string;
  direction?: "ltr" | "rtl";
};

/** A message's HTML; of a very large one the text first, and the HTML when it is asked for. */
export function FormattedBody({ html, text, className, ...frame }: FormattedBodyProps) {
  const { t, i18n } = useTranslation();
  const [asked, setAsked] = useState(false);
  const printing = usePrinting();
  if (asked || html.length <= LARGE_CHARACTERS) {
    return (
      <>
        <div className="screen-only">
          <HtmlFrame html={html} {...frame} />
        </div>
        {/* A frame is cut at the page's end; on paper its text stands for it. */}
        {printing && (
          <PlainText
            text={text}
            className={`${className ?? ""} print-only`}
            direction={frame.direction}
          />
        )}
      </>
    );
  }
  return (
    <>
      <PlainText text={text} className={className} direction={frame.direction} />
      <Button size="s" look="line" className={classes.more} onClick={() => setAsked(true)}>
        {t("body.showFormatted", { size: sizeText(html.length, i18n.language) })}
      </Button>
    </>
  );
}
