#pragma once

#include "ui/board/boardcanvas.h"
#include "ui/common/stampchooser.h"

#include <memory>

class QScrollArea;
class QStackedWidget;

namespace drover::ui {

class Placeholder;

/// The board: every stamp at a glance, and device sets dragged between them. Changes nothing itself.
class BoardPage final : public QWidget {
    Q_OBJECT

public:
    explicit BoardPage(QWidget *parent = nullptr);

    void setFleet(std::shared_ptr<const fleet::Fleet> fleet);
    /// Sets of these moves are shown dashed at their source.
    void setMoves(const std::vector<plan::Move> &moves);
    void showLoading(const QString &progress);
    void showError(const Error &error);
    void setProductionUnlocked(bool unlocked);
    bool isProductionUnlocked() const { return m_unlocked; }
    /// Cards without chips, for fleets of many stamps.
    void setCompact(bool compact);
    /// *Move to…* for the chip that has the focus; false when none has.
    bool moveFocused();
    BoardCanvas *canvas() const { return m_canvas; }

Q_SIGNALS:
    void moveRequested(const QString &setText, const drover::StampName &to);
    void productionUnlocked(bool unlocked);
    /// A drop or a choice that cannot be, with its reason.
    void refused(const QString &reason);

private:
    /// What keeps the keyboard's place while newer numbers replace the cards.
    struct FocusedSet {
        StampName stamp;
        QString title;
    };

    void rebuild();
    std::optional<FocusedSet> focusedSet() const;
    void focusSet(const std::optional<FocusedSet> &focused);
    StampCard *makeCard(const fleet::Stamp &stamp, std::vector<fleet::SetOnStamp> sets);
    void markMoving();
    void startDrag(const fleet::SetOnStamp &set, QWidget *source);
    void askWhere(const fleet::SetOnStamp &set, QWidget *source);
    void offer(const QString &setText);
    void autoScroll(const QPoint &position);

    std::shared_ptr<const fleet::Fleet> m_fleet;
    std::vector<QString> m_moving;
    bool m_unlocked = false;
    bool m_compact = false;
    QStackedWidget *m_stack;
    QScrollArea *m_scroll;
    BoardCanvas *m_canvas;
    Placeholder *m_placeholder;
    StampChooser *m_chooser;
    fleet::SetOnStamp m_asked;
    /// The set that is dragged from this board: its counts are known already.
    std::optional<fleet::SetOnStamp> m_dragged;
    bool m_rebuildAfterDrag = false;
};

} // namespace drover::ui
