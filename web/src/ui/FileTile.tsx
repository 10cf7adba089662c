import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { sizeText } from "@/lib/sizes";
import classes from "./FileTile.module.css";
import { Icon } from "./Icon";

type FileTileProps = {
  name: string;
  sizeBytes: number;
  /** Address of a small picture; without it a sheet is drawn. */
  thumbnail?: string;
  /** Says something other than the size, such as what went wrong. */
  hint?: string;
  /** The hint says why it was refused: all of it is shown. */
  failed?: boolean;
  /** How much of it is up, 0 to 1, while it is going up. */
  progress?: number;
  children?: ReactNode;
};

/** A file: picture, name, size; 44 px high. */
export function FileTile(props: FileTileProps) {
  const { name, sizeBytes, thumbnail, hint, failed, progress, children } = props;
  const { i18n } = useTranslation();
  // Not everything that is called a picture is one.
  const [broken, setBroken] = useState(false);
  return (
    <span className={`${classes.tile} ${failed ? classes.failed : ""}`}>
      <span className={classes.thumb}>
        {thumbnail && !broken ? (
          <img src={thumbnail} alt="" loading="lazy" onError={() => setBroken(true)} />
        ) : (
          <Icon name="file" />
        )}
      </span>
      <span className={classes.words}>
        <bdi className={`${classes.name} cut`}>{name}</bdi>
        <small className={classes.size}>{hint ?? sizeText(sizeBytes, i18n.language)}</small>
      </span>
      {children}
      {progress !== undefined && (
        <span className={classes.progress} style={{ inlineSize: `${progress * 100}%` }} />
      )}
    </span>
  );
}
