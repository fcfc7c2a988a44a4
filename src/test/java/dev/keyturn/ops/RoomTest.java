package dev.keyturn.ops;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
  private static final long OWN = 100;
  private static final long SHARED = 1_000;

  private final Room room = new Room(OWN, SHARED);

  @Test
  void what_is_a_namespace_s_own_is_there_whatever_the_others_take() {
    fill();
    assertThat(room.replace("shop", 0, OWN)).isTrue();
    assertThat(room.replace("shop", 0, 1)).isFalse();
  }

  @Test
  void one_namespace_takes_half_of_what_is_shared_at_most() {
    assertThat(room.replace("evil", 0, OWN + SHARED / 2)).isTrue();
    assertThat(room.replace("evil", 0, 1)).isFalse();
    assertThat(room.replace("shop", 0, OWN + SHARED / 2)).isTrue();
    assertThat(room.replace("other", 0, OWN + 1)).isFalse();
  }

  @Test
  void who_does_not_grow_stays() {
    assertThat(room.replace("shop", 0, OWN + 50)).isTrue();
    assertThat(room.squeeze("evil", 0, OWN + SHARED / 2)).isTrue();
    assertThat(room.squeeze("evil-2", 0, OWN + SHARED)).isTrue();
    assertThat(room.replace("shop", 50, 50)).isTrue();
    assertThat(room.replace("shop", 50, 40)).isTrue();
    assertThat(room.replace("shop", 40, 41)).isFalse();
  }

  @Test
  void what_is_given_back_is_there_for_others() {
    fill();
    room.give("evil-0", OWN + SHARED / 2);
    assertThat(room.replace("shop", 0, OWN + SHARED / 2)).isTrue();
    assertThat(room.replace("other", 0, OWN + 1)).isFalse();
  }

  @Test
  void what_little_is_kept_of_others_has_a_bound_as_well() {
    assertThat(room.squeeze("evil", 0, OWN + SHARED)).isTrue();
    assertThat(room.squeeze("evil", 0, 1)).isFalse();
    assertThat(room.squeeze("evil", 10, 10)).isTrue();
    assertThat(room.squeeze("other", 0, OWN + SHARED)).isTrue();
  }

  private void fill() {
    for (int i = 0; i < 2; i++) {
      assertThat(room.replace("evil-" + i, 0, OWN + SHARED / 2)).isTrue();
    }
  }
}
