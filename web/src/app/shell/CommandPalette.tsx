import { Modal } from "@mantine/core";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Highlight } from "@/ui/Highlight";
import { Icon } from "@/ui/Icon";
import { Kbd } from "@/ui/Kbd";
import { Marked } from "@/ui/Marked";
import type { PaletteOption } from "../feature";
import classes from "./CommandPalette.module.css";
import { usePalette } from "./paletteOptions";

/** One field for everything: actions, tickets, people. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const [current, setCurrent] = useState(0);
  const groups = usePalette(query);
  const options = groups.flatMap((group) => group.options);
  const at = Math.min(current, options.length - 1);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    list.current?.querySelector(`[data-index="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);

  const run = (option: PaletteOption | undefined) => {
    if (!option || option.disabled) return;
    onClose();
    option.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") run(options[at]);
    else if (event.key === "ArrowDown") setCurrent((at + 1) % options.length);
    else if (event.key === "ArrowUp") setCurrent((at - 1 + options.length) % options.length);
    else return;
    event.preventDefault();
  };

  let index = -1;
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      centered={false}
      yOffset="128px"
      size={640}
      padding={0}
      overlayProps={{ className: classes.scrim }}
      classNames={{ body: classes.body }}
      aria-label={t("palette.title")}
    >
      <div className={classes.question}>
        <Icon name="search" className={classes.quiet} />
        <input
          className={classes.input}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setCurrent(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={t("palette.placeholder")}
          aria-label={t("palette.title")}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={options[at] ? `palette-${options[at].id}` : undefined}
          data-autofocus
        />
      </div>
      <div className={classes.list} role="listbox" id="palette-list" ref={list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list of options
          <div key={group.title} role="group" aria-label={group.title}>
            <p className={`${classes.heading} cut`} dir="auto" aria-hidden="true">
              {group.title}
            </p>
            {group.options.map((option) => {
              index += 1;
              return (
                <OptionRow
                  key={option.id}
                  option={option}
                  index={index}
                  query={query}
                  selected={index === at}
                  onRun={() => run(option)}
                />
              );
            })}
          </div>
        ))}
      </div>
      {options.length === 0 && <p className={classes.nothing}>{t("palette.nothing")}</p>}
      <div className={classes.foot} aria-hidden="true">
        <span>
          <Kbd>↑</Kbd>
          <Kbd>↓</Kbd>
          {t("palette.move")}
        </span>
        <span>
          <Kbd>enter</Kbd>
          {t("palette.open")}
        </span>
        <span className={classes.last}>
          <Kbd>esc</Kbd>
          {t("palette.close")}
        </span>
      </div>
    </Modal>
  );
}

type OptionRowProps = {
  option: PaletteOption;
  index: number;
  query: string;
  selected: boolean;
  onRun: () => void;
};

function OptionRow({ option, index, query, selected, onRun }: OptionRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above owns the keys
    <div
      id={`palette-${option.id}`}
      data-index={index}
      role="option"
      tabIndex={-1}
      aria-selected={selected}
      aria-disabled={option.disabled}
      className={`${classes.option} ${option.under ? classes.tall : ""}`}
      onClick={onRun}
    >
      <span className={classes.sign}>{option.sign}</span>
      <span className={classes.words}>
        <span className={classes.first}>
          <bdi className="cut" data-whole>
            {option.marked ? (
              <Marked parts={option.marked} />
            ) : (
              <Highlight text={option.label} query={query} />
            )}
          </bdi>
          {option.hint && <span className={`${classes.hint} n`}>{option.hint}</span>}
          {option.end && <span className={classes.end}>{option.end}</span>}
        </span>
        {option.under && <span className={classes.under}>{option.under}</span>}
      </span>
      {option.keys && (
        <span className={classes.keys}>
          {option.keys.map((key, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a key may be pressed twice
            <Kbd key={place}>{key}</Kbd>
          ))}
        </span>
      )}
    </div>
  );
}
