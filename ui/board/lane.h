#pragma once

#include "ui/board/stampcard.h"

class QGridLayout;

namespace drover::ui {

/// One ring's stamps under a coloured rule. Production carries its lock.
class Lane final : public QWidget {
    Q_OBJECT

public:
    Lane(fleet::Ring ring, bool unlocked, QWidget *parent = nullptr);
    void add(StampCard *card);
    /// Lays the cards out in so many columns.
    void setColumns(int columns);
    int stamps() const { return static_cast<int>(m_cards.size()); }

Q_SIGNALS:
    void unlockRequested(bool unlocked);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showCount();

    fleet::Ring m_ring;
    bool m_unlocked;
    QLabel *m_count;
    QGridLayout *m_grid;
    std::vector<StampCard *> m_cards;
    int m_columns = 0;
};

} // namespace drover::ui
